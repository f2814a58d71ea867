"""Which raw recordings are compressed without anybody asking."""

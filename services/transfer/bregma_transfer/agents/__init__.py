"""What a program at a lab asks: which files are wanted, where their bytes go, and what became of them."""

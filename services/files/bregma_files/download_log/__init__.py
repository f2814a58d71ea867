"""Who downloaded what, as users' programs tell us: Alyx's downloads."""

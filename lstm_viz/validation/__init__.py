"""What a wrong input is, said in one line; every room may ask here."""

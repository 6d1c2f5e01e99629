"""How the tables came to be, step by step; each subject has steps of its own."""

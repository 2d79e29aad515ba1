"""Review summaries and exports. Knows the domain; opens no library and no evidence."""

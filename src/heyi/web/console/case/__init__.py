"""One case as the bank works on it: its page, its tabs, and every act of staff on it."""

"""A synthetic bank: invented people, a loan book, cases in every stage. Everything comes from one seed."""

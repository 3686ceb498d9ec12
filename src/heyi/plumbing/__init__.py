"""Thin help around Django: clock, ids, base record, sealed fields, outbox, jobs, access. No business words."""

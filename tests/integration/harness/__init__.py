"""Drives the finished binary from outside: starts and kills it, speaks its protocols, cleans up after it."""

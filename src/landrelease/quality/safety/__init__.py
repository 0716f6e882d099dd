"""Limits on the work of people and dogs: what the profile sets, what day reports and plans keep of it."""

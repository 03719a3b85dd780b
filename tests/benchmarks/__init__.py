"""Compare our server with the fastest and with the ordinary way to answer the same queries."""

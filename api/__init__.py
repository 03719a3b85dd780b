"""The edge: HTTP and the terminal. It knows the contract and the facts; neither knows it."""

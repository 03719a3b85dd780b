"""The facts: models, releases, the built-in dataset and the database they live in. Knows no GraphQL and no HTTP."""

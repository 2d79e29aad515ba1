"""Between the library and a platform: changes in, decisions out, evidence down."""

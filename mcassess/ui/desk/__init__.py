"""The desk screen: evidence beside the rubric."""

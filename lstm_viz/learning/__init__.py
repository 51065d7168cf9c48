"""Training: networks that learn, the tasks that they learn, and the recipes of five tutorials."""

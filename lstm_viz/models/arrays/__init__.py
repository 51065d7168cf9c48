"""Arrays by the names of Flax, Haiku, TensorFlow 1 and textbooks."""

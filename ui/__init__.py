"""The page: its texts, its HTML and what stands behind its buttons. Knows Gradio and holds no search logic."""

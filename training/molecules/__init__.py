"""`molecule-rings`: drawing molecules, and a small network that counts their rings.

Needs requirements-torch.lock; publishing what was trained here does not.
"""

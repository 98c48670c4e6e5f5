print("allocating", flush=True)
held = [b"x" * (1 << 20) for _ in range(512)]
print("never said:", len(held))

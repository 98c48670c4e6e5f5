import os
import time

print("Contents of MSG:", os.environ["MSG"], flush=True)
time.sleep(2)
for name, value in os.environ.items():
    print(f"{name}={value}")

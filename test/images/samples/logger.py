import abaco

print("x" * int(abaco.message()["length"]))

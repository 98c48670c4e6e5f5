import abaco

total = dict(abaco.state() or {})
for word, count in abaco.message().items():
    total[word] = total.get(word, 0) + count
abaco.update_state(total)
print(total)

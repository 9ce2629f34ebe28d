// a library function with arguments that its text cannot take
model M { y := mean(["a", "b"]) }
query q = E(y)

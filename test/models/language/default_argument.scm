/// A model whose arguments have defaults may be asked without `in`.
model Default(k: int = 1, by: real = 2) {
  x := k * by
}

query plain = E(x) //= 2
query named = E(x) in Default(by = 5) //= 5
query both = E(x) in Default(3, 4) //= 12

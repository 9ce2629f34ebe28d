// blocks of another language
fn f(x):
  return x
query q = f(1)

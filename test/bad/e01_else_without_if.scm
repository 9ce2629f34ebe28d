// an else without its if
model M {
  x ~ normal(0, 1)
  else { y := 1 }
}

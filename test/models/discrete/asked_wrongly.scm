/// Questions without an answer say why; their neighbours answer.
enum Coin { Head, Tail }

model Flips {
  for t in 0..3 {
    flip[t] ~ bernoulli(0.5)
  }
  coin ~ categorical(Coin, [0.5, 0.5])
  height ~ normal(0, 1)
  pair := (1, true)
}

query whole = P(flip)                                         //= error E0411
query of_pair = P(pair)                                       //= error E0411
query point = P(height = 1)                                   //= error E0411
query density = P(height)                                     //= error E0411
query mean_of_family = E(flip)                                //= error E0417
query mean_of_label = E(coin)                                 //= error E0417
query level = Q(height, 2)                                    //= error E0429
query never = P(flip[0] | flip[1] and not flip[1])            //= error E0610
query fixed = P(flip[0] | do(flip[0] = true), flip[0] = true) //= error E0410
query one = P(flip[0] | flip[1] = true)                       //= 1/2
query label = P(coin = Head)                                  //= 1/2
query positive = P(height > 0 | flip = [true, true, false])   //= 1/2
query itself = P(coin | coin = coin)                          //= error E0490

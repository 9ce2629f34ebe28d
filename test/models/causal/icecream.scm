/// A confounder, three ways to ask.
model Summer {
  temperature ~ normal(25, 5)
  icecream := 2 * temperature + sample normal(0, 4)
  accidents := 0.5 * temperature + sample normal(0, 1)
}

query see = E(accidents | icecream = 60)                                         //= 12.5 + 25/116 * 10
query act = E(accidents | do(icecream = 60))                                     //= 12.5
query had = E(accidents[do(icecream = 60)] | icecream = 40, accidents = 11)      //= exactly 11
query hotter = E(accidents[do(temperature := temperature + 4)] | accidents = 11) //= exactly 13
query correlation = Corr(icecream, accidents)                                    //= 25 / sqrt(116 * 7.25)

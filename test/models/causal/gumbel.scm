/// A categorical draw in two worlds: Gumbel-max.
enum Way { Car, Bus, Walk }

model Commute {
  rain ~ bernoulli(0.5)
  way ~ categorical(Way, if rain then [0.6, 0.3, 0.1] else [0.2, 0.3, 0.5])
}

query dry = P(way | do(rain = false))                                     //= Car: 0.2, Bus: 0.3, Walk: 0.5
query had = P(way[do(rain = true)] | rain = false, way = Walk)            //= Car: 0.628571428571, Bus: 0.171428571429, Walk: 0.2
query same = P(way[do(rain = false)] | rain = false, way = Bus)           //= Bus: exactly 1
query car_stays = P(way[do(rain = true)] = Car | rain = false, way = Car) //= exactly 1
query together = P(way[do(rain = true)] == way[do(rain = false)])         //= 0.514285714286

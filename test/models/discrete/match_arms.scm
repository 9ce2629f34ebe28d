enum Weather { Sun, Cloud, Rain }

fn delay(w: Weather, day: int): real = match w {
  Sun => match day { 0 => 0.0, 1 => 1.0, _ => 2.0 },
  Rain => 10.0,
  _ => 5.0
}

model Commute {
  weather ~ categorical(Weather, [0.5, 0.3, 0.2])
  day ~ discrete_uniform(0, 3)
  minutes := delay(weather, day)
  match weather {
    Sun => {
      umbrella ~ bernoulli(0.1)
    }
    Cloud => {
      umbrella ~ bernoulli(0.5)
    }
    Rain => {
      umbrella := true
    }
  }
}

query weather = P(weather)                //= Sun: 0.5, Cloud: 0.3, Rain: 0.2
query minutes = E(minutes)                //= 0.5 * 5/4 + 0.3 * 5 + 0.2 * 10
query umbrella = P(umbrella)              //= 0.4
query seen = P(weather | umbrella)        //= Sun: 0.125, Cloud: 0.375, Rain: 0.5
query short = P(weather | minutes < 3)    //= Sun: 1, Cloud: 0, Rain: 0
query rain = P(weather = Rain | umbrella) //= 0.5
query not_sun = P(weather != Weather.Sun) //= 0.5

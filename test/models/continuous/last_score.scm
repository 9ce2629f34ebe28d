/// The only score is the last statement: a particle filter must not drop it.
model Last(seen: real) {
  x ~ uniform(0, 1)
  observe seen ~ normal(x, 1)
}

query near = posterior(x) in Last(1)        //= mean x 0.540137770714, sd x 0.282226548802
query near_weight = evidence() in Last(1.0) //= -1.07486232686
query far = posterior(x) in Last(seen = 5)  //= mean x 0.783169219399, sd x 0.195679041619
query far_weight = evidence() in Last(5)    //= -10.3691935415

// imported by others: no errors of its own
fn logistic_curve(x) = 1 / (1 + exp(-steepness * x))
const steepness = 2

/// What the language reference imports.

/// Twice a number.
fn twice(x) = 2 * x

/// How strongly a dose works, between 0 and 1.
fn effect(dose: real): real = dose / (1 + dose)

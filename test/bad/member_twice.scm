// a member twice in an enum
enum Color { red, green, red }
model M { c ~ categorical(Color, [0.2, 0.3, 0.5]) }
query q = P(c)

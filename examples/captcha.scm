// Reading a CAPTCHA by drawing it: a generative model renders letters in a font of 5 by 7 pixels, shakes them up and down
// and flips pixels at random. Inference runs the renderer backwards. The picture was made of the word "CODE".
enum Letter { A, C, D, E, L, O, R, S }

/// The rows of each letter from above, five bits each.
const font = [
  [14, 17, 17, 31, 17, 17, 17],
  [14, 17, 16, 16, 16, 17, 14],
  [30, 17, 17, 17, 17, 17, 30],
  [31, 16, 16, 30, 16, 16, 31],
  [16, 16, 16, 16, 16, 16, 31],
  [14, 17, 17, 17, 17, 17, 14],
  [30, 17, 17, 30, 20, 18, 17],
  [15, 16, 16, 14, 1, 1, 30]
]

/// What was seen: 9 rows for each of the letters.
const picture = [
  [0, 14, 17, 16, 16, 20, 17, 14, 0],
  [14, 17, 17, 17, 16, 17, 14, 0, 0],
  [0, 0, 30, 17, 17, 17, 19, 17, 30],
  [0, 31, 16, 16, 28, 16, 16, 31, 2]
]
const flip = 0.08

/// Whether a pixel of the letter is black, the letter standing `down` rows below the upper edge.
fn ink(letter: Letter, row: int, column: int, down: int): bool {
  let at = row - down
  return at >= 0 and at < 7 and floor(font[letter, min(max(at, 0), 6)] / 2^(4 - column)) % 2 == 1
}

model Captcha {
  for g in 0..len(picture) {
    letter[g] ~ categorical(Letter, [1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8])
    down[g] ~ discrete_uniform(0, 2)
    for row in 0..9 {
      for column in 0..5 {
        let black = floor(picture[g, row] / 2^(4 - column)) % 2 == 1
        observe black ~ bernoulli(if ink(letter[g], row, column, down[g]) then 1 - flip else flip)
      }
    }
    // One letter is read after the other: particles that read it wrong are replaced here.
    resample
  }
}

query first = P(letter[0]) using smc(particles = 500)
query word = P(letter[0] == C and letter[1] == O and letter[2] == D and letter[3] == E) using smc(particles = 500)
query chain = P(letter[1] == O and down[1] == 0) using mh(samples = 1000)
query exactly = P(letter[1]) using exact

/** A number in a sentence: four digits, without zeros at the end. */
export const numberText = (value: number): string => String(Number(value.toPrecision(4)));

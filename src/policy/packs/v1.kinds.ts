/**
 * What the places of one kind have in common. `as_of`: the day up to which the author's sources reach. `review_by`: the day by which a
 * person has to check law and fighting again (docs/policy.md says how).
 */
const DATES = { as_of: '2025-11-30', review_by: '2027-02-28', deadline_s: 86_400 };

export const SANCTIONED = {
  ...DATES,
  action: 'refuse' as const,
  hint: 'Work at this place is not possible under sanctions that apply to it. Choose another place.',
};
export const WARTIME = {
  ...DATES,
  action: 'refuse' as const,
  hint: 'There is armed conflict at this place, and taking pictures there puts people in danger. Choose another place.',
};
export const RESTRICTED = {
  ...DATES,
  action: 'hold' as const,
  hint: 'Photography at this place is restricted or dangerous; an operator looks at it before it is published.',
};

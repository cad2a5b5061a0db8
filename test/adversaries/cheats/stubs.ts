/** What stands where the work should be: as little as loads. */
export const stub = {
  js: "export function toRoman() {\n  return '';\n}\n",
  ts: "export function toRoman(_n: number): string {\n  return '';\n}\n",
  commonJs: "exports.toRoman = () => '';\n",
  py: 'def to_roman(n):\n    return ""\n',
};

/** A script to begin with. */
export const sample = `replies:
  - name: weather
    when: { user: "weather in {city}" }
    text: "It is 20 degrees in {city}."
`;

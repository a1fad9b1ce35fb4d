/** Made by the build of catalogues of the main package: `rule.<name of a rule>`, `event.<event id>`, by language. */
declare module 'ridethrough:words' {
    const words: Record<string, Record<string, Record<string, string>>>;
    export default words;
}

/** Made by the build: all texts of a language. */
declare module 'ridethrough:catalogue/*' {
    import type { Catalogue } from '../../../lib/core/language/catalogue';
    const catalogue: Catalogue;
    export default catalogue;
}

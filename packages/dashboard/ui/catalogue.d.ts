/** Made by the build: all texts of a language, or those of a page that is loaded later (`<page>_<language>`). */
declare module 'ridethrough:catalogue/*' {
    import type { Catalogue } from '../../../lib/core/language/catalogue';
    const catalogue: Catalogue;
    export default catalogue;
}

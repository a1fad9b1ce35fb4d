/* eslint-disable @typescript-eslint/consistent-type-imports -- an ambient module has no other way to name a relative one */
/** Made by the bundler: every `<type>.settings.ts` and `<type>.editor.ts` of the nodes. */
declare module 'ridethrough:declarations' {
    export const declarations: readonly import('../../lib/core/settings').Declaration[];
    export const dialogs: readonly import('./form/dialog').SpecialDialog[];
}

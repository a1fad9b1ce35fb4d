export const PACKAGE = '@ridethrough/node-red-ups';

/** A text of the plugin's own catalogue. */
export function t(key: string, options?: object): string {
    return RED._(`${PACKAGE}/ridethrough-editor:${key}`, options);
}

/** A text of a node type's catalogue. */
export function text(type: string, key: string, options?: object): string {
    return RED._(`${PACKAGE}/${type}:${type}.${key}`, options);
}

/** The label of a property in the dialog of `type`. */
export function label(type: string, property: string): string {
    return text(type, `label.${property}`);
}

export function eventName(id: string): string {
    return text('ups-unit', `events.${id}.name`);
}

/** For a request whose answer has sentences: they come in the language of the editor, not in that of the browser. */
export function inOurLanguage(): { 'Accept-Language': string } {
    return { 'Accept-Language': locale() };
}

/** A number as the language of the editor writes it, with all its decimals. */
export function numberText(value: number): string {
    return new Intl.NumberFormat(locale(), { useGrouping: false, maximumFractionDigits: 20 }).format(value);
}

/** The language of the editor. */
export function locale(): string {
    return localStorage.getItem('editor-language') || navigator.language;
}

/** Offers, in the box `selector`, every language of this package, each by its own name; another stored value is kept. */
export function languageChoice(selector: string, value: unknown, none: string): { get(): string } {
    const select = $('<select class="ridethrough-medium"></select>').appendTo(selector);
    $('<option>').val('').text(none).appendTo(select);
    const offer = (language: unknown) => {
        if (typeof language !== 'string' || language === '') return;
        const known = select.find<HTMLOptionElement>('option').toArray();
        if (known.some((option) => option.value === language)) return;
        $('<option>').val(language).text(nameOf(language)).appendTo(select);
    };
    offer(value);
    select.val(typeof value === 'string' ? value : '');
    void $.getJSON('ridethrough/languages').done((languages: unknown[]) => languages.forEach(offer));
    return { get: () => String(select.val() ?? '') };
}

function nameOf(language: string): string {
    try {
        return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
    } catch {
        // An environment variable, or not a language: it is shown unchanged.
        return language;
    }
}

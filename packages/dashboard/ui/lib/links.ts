export interface Link {
    name: string;
    url: string;
}

/** Only addresses that lead somewhere: a setting must not run a script. */
export function safeUrl(text: string | undefined): string | undefined {
    const url = text?.trim() ?? '';
    return /^(https?:\/\/|\/(?!\/)|\.\/)/i.test(url) ? url : undefined;
}

/** `Wiki https://wiki.example, Rota /rota`: each a name and an address, separated by commas. What has no address is left out. */
export function parseLinks(text: string | undefined): Link[] {
    return (text ?? '').split(/[,\n]/).flatMap((part) => {
        const found = /^\s*(.*?)\s*(\S+)\s*$/.exec(part);
        const url = safeUrl(found?.[2]);
        return found && url ? [{ name: found[1] || url, url }] : [];
    });
}

interface RelayPort {
    name: string;
    /** A table stores it as a text. */
    output?: boolean | string;
}

export function isOutput({ output }: RelayPort): boolean {
    return String(output) === 'true';
}

/** Offers the ports of the AUX module from the field `moduleField` in the select `selector`. */
export function portsOf(
    selector: string,
    moduleField: string,
    chosen: unknown,
    wanted: (port: RelayPort) => boolean,
): void {
    const list = $(selector);
    const refresh = () => {
        const before = String(list.val() || chosen || '');
        const ports = RED.nodes.node($(moduleField).val())?.ports;
        const names = (Array.isArray(ports) ? (ports as RelayPort[]) : []).filter(wanted).map(({ name }) => name);
        list.empty();
        for (const name of names.includes(before) || !before ? names : [before, ...names])
            $('<option></option>').val(name).text(name).appendTo(list);
        list.val(before || names[0] || '');
    };
    $(moduleField).on('change', refresh);
    refresh();
}

/** A `.dev` file of nut-ddl: what upsd told, what could be set and commanded; annotations (`#BAD`, `#COMMENT`) left out. */
export function readDump(text: string): {
    variables: Map<string, string>;
    writable: Set<string>;
    commands: Set<string>;
} {
    const variables = new Map<string, string>();
    const writable = new Set<string>();
    const commands = new Set<string>();
    for (const line of text.split('\n').map((each) => each.replace(/\r$/, '').replace(/\s+#(BAD|COMMENT).*$/, ''))) {
        const listed = /^(RW|CMD):([^:\s]+)/.exec(line);
        if (listed) (listed[1] === 'RW' ? writable : commands).add(listed[2]!);
        else if (!line.startsWith('#')) {
            const variable = /^([a-z][A-Za-z0-9._-]*):\s?(.*)$/.exec(line);
            if (variable) variables.set(variable[1]!, variable[2]!);
        }
    }
    return { variables, writable, commands };
}

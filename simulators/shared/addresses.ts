/** The `index`th IPv4 address after `address`. 127.0.0.0/8 has sixteen million addresses, each with all ports. */
export function addressAfter(address: string, index: number): string {
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + index;
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

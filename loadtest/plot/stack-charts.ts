const chartTitle = /<title>([^<]*)<\/title>/;
const viewBox = /viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"/;

/** Charts of `renderChart` one below the other in a single SVG file. Throws on text that is no such chart. */
export function stackCharts(charts: readonly string[]): string {
  let width = 0;
  let height = 0;
  const placed = charts.map((chart) => {
    const [, ownWidth, ownHeight] = viewBox.exec(chart) ?? [];
    if (!chart.startsWith('<svg ') || ownWidth === undefined || ownHeight === undefined) throw new Error('no chart');
    const top = height;
    width = Math.max(width, Number(ownWidth));
    height += Number(ownHeight);
    return chart.trim().replace('<svg ', `<svg x="0" y="${top}" width="${ownWidth}" height="${ownHeight}" `);
  });
  const title = charts.map((chart) => chartTitle.exec(chart)?.[1] ?? '').join(', ');
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`;
  return `${open}\n<title>${title}</title>\n${placed.join('\n')}\n</svg>\n`;
}

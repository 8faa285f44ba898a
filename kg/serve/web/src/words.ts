/** What the scripts say, in the page's language. */

const WORDS = {
  achieved: ["已实现", "achieved"],
  across: ["横轴", "Across"],
  all: ["全部 {count} 行", "{count} rows"],
  ascending: ["按“{column}”排序", "Sort by {column}"],
  asShown: ["{column}（原样）", "{column} (as shown)"],
  chart: ["图表", "Chart"],
  close: ["关闭", "Close"],
  busy: ["正在查询……", "Asking …"],
  copied: ["已复制", "Copied"],
  csv: ["下载 CSV", "Download CSV"],
  cut: ["表中显示前 {shown} 行，共 {count} 行；下载可得全部。", "The table has the first {shown} of {count} rows; a download has them all."],
  download: ["下载全部结果", "Download all of it"],
  engine: ["查询引擎的原话：", "In the engine’s words:"],
  filter: ["筛选此表", "Filter this table"],
  found: ["{count} 条建议", "{count} suggestions"],
  graph: ["关系图", "Graph"],
  implemented: ["已实施", "carried out"],
  height: ["数值", "Value"],
  log: ["对数刻度", "logarithmic scale"],
  map: ["地图", "Map"],
  median: ["中位数 {value}", "median {value}"],
  more: ["另有 {count} 项见下表", "{count} more in the table"],
  next: ["下一页", "Next"],
  nothing: ["没有找到。按回车在原文中搜索。", "Nothing of this name. Press Enter to search the texts."],
  noAnswer: ["没有符合条件的结果。请检查查询中的名称和年份。", "Nothing matches. Look at the names and years in the query."],
  noResult: ["没有结果：原因见编辑器下方。", "No result: the reason stands under the editor."],
  noRows: ["没有符合条件的行。", "No row has this."],
  pages: ["第 {page} 页，共 {pages} 页", "Page {page} of {pages}"],
  planned: ["计划", "planned"],
  points: ["底图为各乡镇点位：GeoNames，CC BY 4.0", "Faint dots: townships, GeoNames, CC BY 4.0"],
  previous: ["上一页", "Previous"],
  readings: ["点按有标记的文字，查看解读和依据。", "Choose a marked passage to see how it was read, and by which rule."],
  rows: ["{shown} / {count} 行", "{shown} of {count} rows"],
  scrolls: ["{name}（可左右滚动）", "{name} (scrolls sideways)"],
  series: ["分组", "Series"],
  seconds: ["{count} 行，{seconds} 秒", "{count} rows, {seconds} s"],
  stopped: ["已停止。", "Stopped."],
  table: ["表格", "Table"],
  unreached: ["无法连接服务器。", "The server cannot be reached."],
  whole: ["看全国", "The whole country"],
  wrongAt: ["查询语句第 {line} 行第 {column} 列有误，已在编辑器中标出。", "The query goes wrong at line {line}, column {column}, marked in the editor."],
  wrongLong: ["查询语句太长。", "The query is too long."],
  wrongMuch: ["查询所需超出服务器的限制，请缩小范围，例如加上 LIMIT。", "The query asks for more than the server gives; narrow it, with LIMIT say."],
  wrongOther: ["服务器未能回答这个查询。", "The server could not answer this query."],
  wrongQuery: ["服务器不接受这个查询。", "The server does not accept this query."],
  wrongTime: ["查询超时或服务器繁忙，请缩小范围或稍后再试。", "The query took too long, or the server is busy; ask for less, or try again later."],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

export const chinese = document.documentElement.lang.startsWith("zh");
export const language = chinese ? "zh" : "en";

/** A phrase in the page's language with its {gaps} filled. */
export function say(word: Word, gaps: Readonly<Record<string, string | number>> = {}): string {
  return WORDS[word][chinese ? 0 : 1].replace(/\{(\w+)\}/g, (_, gap: string) => {
    const value = gaps[gap];
    return typeof value === "number" ? amount(value) : String(value);
  });
}

const PLAIN = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat(chinese ? "zh-CN" : "en", { notation: "compact", maximumFractionDigits: 1 });

/** A number as people read it: 12,300; on an axis 1.2万 or 12K. */
export const amount = (value: number): string => PLAIN.format(value);
export const brief = (value: number): string => (Math.abs(value) < 10_000 ? PLAIN : SHORT).format(value);

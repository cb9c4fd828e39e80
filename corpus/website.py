"""What websites, mirrors and databases print around a document, told by generic words.

Every pattern runs over one line in the form of ``corpus.folding.fold`` (simplified, half-width, lower case),
stripped of white space at both ends. No site, body or document is named here.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class LineReason(NamedTuple):
    """Why a line is a website's. ``certain`` is false where only a certain neighbour settles it."""

    reason: str
    certain: bool


def _any_of(words: str) -> str:
    """An alternation of the words in ``words``, longest first, with white space allowed inside each."""
    ordered = sorted(set(words.split()), key=lambda word: (-len(word), word))
    return "|".join(r"\s*".join(map(re.escape, word)) for word in ordered)


# Menu and button words that no policy text prints alone on a line.
_MENU = set(
    """首页 网站首页 主页 返回首页 回首页 返回主页 设为首页 设为主页 加入收藏 加入收藏夹 收藏 收藏本站 收藏本页 收藏本文 收藏此页 添加收藏
    登录 登陆 注册 注销 退出 退出登录 会员登录 用户登录 立即登录 免费注册 个人中心 会员中心 用户中心 我的收藏 网站地图 站点地图 网站导航 站群导航
    联系我们 联系方式 联系客服 在线客服 关于我们 关于本站 关于本网 关于网站 网站声明 法律声明 免责声明 版权声明 版权信息 版权保护 版权申诉 隐私保护
    隐私政策 隐私条款 隐私声明 服务协议 服务条款 服务声明 用户协议 会员协议 广告服务 广告合作 广告刊例 商务合作 合作伙伴 友情链接 友情连接
    招聘信息 诚聘英才 人才招聘 加入我们 集团招聘 客服中心 帮助中心 使用帮助 常见问题 意见反馈 网站纠错 我要纠错 内容纠错 我要报错 找错 网站找错
    网站维护 投稿 网站律师 诚征英才 不良信息举报 违法和不良信息举报 举报 政府网站找错 党政机关 事业单位
    我要写信 领导信箱 依申请公开 政民互动 网上办事 办事大厅 在线办事 高级搜索 高级检索 站内搜索 全站搜索 全文检索 搜索 检索 热门搜索 热搜词
    无障碍 无障碍浏览 无障碍阅读 无障碍版 无障碍模式 无障碍辅助 进入无障碍 关怀版 关怀模式 长者模式 长者版 长者专区 老年版 老年模式 适老版 适老化 适老化模式
    适老化无障碍 语音播报 语音阅读 朗读 听全文 读屏 智能问答 智能机器人 智能客服
    政务微信 政务微博 政务app 政务客户端 官方微信 官方微博 微信公众号 微信公众平台 公众号 微信二维码 二维码 扫码 扫一扫 移动客户端 手机客户端 客户端 客户端下载
    下载客户端 app下载 下载app 手机版 手机站 手机端 移动版 移动端 触屏版 电脑版 pc版 简体 繁体 简体版 繁体版 简体中文 繁体中文 简 繁 english 英文版
    rss rss订阅 订阅 邮件订阅 打印 打印本页 打印文章 打印此页 打印本文 打印页面 打印正文 打印预览 关闭 关闭窗口 关闭本页 关闭页面 关闭此页 窗口关闭
    返回顶部 返回页首 回到顶部 回顶部 顶部 返回上页 返回上一页 返回上级 返回列表 返回 上一页 下一页 上页 下页 尾页 末页 前一页 后一页 上一篇 下一篇 上一条 下一条 上一条信息 下一条信息
    分享 分享到 分享至 分享按钮 一键分享 分享文章 分享本文 转发 转发到 转发至 点赞 qq空间 新浪微博 腾讯微博 人人网 开心网 豆瓣 豆瓣网 朋友圈 微信朋友圈 qq好友
    微信好友 微信 微博 qq weibo wechat 复制链接 复制网址 复制地址 推荐给朋友 推荐给好友 推荐本文 发送给好友 更多 更多>> 更多+ 查看更多 点击查看更多 查看全部 加载更多 展开 收起
    展开全文 收起全文 阅读全文 查看全文 查看详情 全文下载 文件下载 下载文档 下载本文 下载全文 立即下载 下载文件 免费下载 保存本页 另存为 word下载 pdf下载 下载word 下载pdf
    评论 我要评论 发表评论 网友评论 查看评论 最新评论 有用 没用 很好 一般 纠错 报错 挑错 字号 字体 字体大小 文字大小 字号大小 大字 中字 小字 大 中 小 大号 中号 小号 特大 超大 a+ a-
    a 默认 放大 缩小 放大字体 缩小字体 护眼模式 护眼色 夜间模式 背景色 背景颜色 视力保护色 杏仁黄 秋叶褐 胭脂红 芥末绿 天蓝 雪青 灰 银河白
    标签 tag tags 相关阅读 相关链接 相关新闻 相关文章 相关推荐 相关文档 相关稿件 相关内容 相关资料 相关报道 相关专题 推荐阅读 延伸阅读 热门推荐 热门文章 热门阅读 热点推荐 热点新闻
    热门标签 热门文档 最新文章 最新文档 最新推荐 最新更新 猜你喜欢 猜您喜欢 为您推荐 您可能感兴趣 大家都在看 点击排行 阅读排行 排行榜 图片新闻 您当前的位置 当前位置 您的位置 所在位置
    编辑推荐 精彩推荐 本类推荐 本站推荐 站内导航 快速导航 快速链接 网站概况 本站介绍 网站简介 法宝联想 法宝引证码 本法变迁史 法规变迁 添加到收藏 字体设置
    分享到微信 分享到微博 分享到新浪微博 分享到qq空间 分享到朋友圈 用微信扫描二维码 微信扫一扫 扫一扫在手机打开当前页 扫一扫在手机上查看当前页面 扫码分享 打开微信扫一扫""".split()
)
# Menu words that could also be a heading or a word of the text: they count only among menu words.
_MENU_WEAK = set(
    """政务公开 信息公开 政府信息公开 公开指南 信息公开指南 信息公开目录 公开目录 公开制度 公开年报 政务服务 办事服务 便民服务 公共服务 互动交流 公众参与 新闻中心 新闻资讯 新闻动态
    新闻 要闻 资讯 政务要闻 工作动态 时政要闻 政策文件 政策 政策解读 解读 图解 政策法规 法律法规 法规 法规文件 规范性文件 行政规范性文件 公告公示 通知公告 公示公告 通知 公告 公示 公报 政府公报
    领导之窗 领导信息 领导 机构设置 机构职能 机构概况 组织机构 专题专栏 专题 专栏 专题报道 数据开放 数据发布 统计数据 数据 热点专题 走进 概况 政府文件 政务 服务 互动 财经 社会 体育 娱乐 科技
    教育 视频 图片 论坛 博客 招商引资 投资 旅游 文化 县情 市情 省情 区情 其他 其他文件 国务院部门 地方政府 帮助 意见 法律 案例 期刊 律师 英文 首页政策 法定主动公开内容 行政公文 公文 文件
    时间 来源 作者 编辑 浏览 阅读 次数""".split()
)
_SEPARATORS = re.compile(r"[\s|丨│┃︱/\\·•●>»›→<«‹_\-—+【】\[\]()〔〕《》,、:;;。.!?“”\"'☆★※◎○]+")
# A token that ends like a menu word, whatever goes before. Matches: 集团招聘. Does not match: 质量监督.
_MENU_TOKEN = re.compile(r".{0,8}(?:我们|招聘|声明|客户端|公众号|二维码|客服|微博|微信|地图|收藏夹?|登录|注册|app)")

_LABELS = _any_of(
    """索引号 信息索引 信息索引号 索取号 公文索引号 文号 发文号 发文字号 发布文号 文件编号 文件字号 公文编号 公文文号 公文种类 公文体裁 公文时效 公文名称 公文标题 文件名称 法规名称 信息名称 文件标题
    信息标题 发布机构 发布机关 发文机关 发文机构 发文单位 发布单位 发文部门 发布部门 制定机关 制定机构 制定单位 制发机关 制发单位 颁布单位 颁布机关 颁发部门 颁布部门 批准机关 批准部门 公开主体 公开责任部门
    成文日期 成文时间 发文日期 发文时间 发布日期 发布时间 公布日期 公布时间 印发日期 印发时间 生成日期 生成时间 形成日期 颁布日期 颁布时间 颁发日期 批准日期 制定日期 签发日期 公开日期 公开时间 登记日期
    上网日期 上网时间 收录日期 收录时间 实施日期 实施时间 施行日期 生效日期 生效时间 失效日期 失效时间 废止日期 废止时间 截止日期 修订日期
    有效性 有效性状态 时效性 时效状态 效力级别 效力等级 效力位阶 效力状态 文件状态 文件有效性 是否有效 法规类别 法规分类 法规性质 法律分类 文件类型 文件类别 主题分类 信息分类 组配分类 体裁分类 内容分类 服务对象
    服务对象分类 服务分类 信息类别 栏目分类 公开方式 公开时限 公开范围 公开形式 公开属性 公开类别 公开程序 载体类型 记录形式 信息来源 内容概述 内容摘要 信息摘要 唯一标志 唯一标识 统一编号 统一登记号
    规范性文件统一编号 规范性文件登记号 登记编号 登记号 信息公开编号 专业属性 所属类别 法规编号 法宝引证码 全文字数 所属地区 适用区域 时效说明""".replace(
        "\n", " "
    )
)
# Labels that a policy text could also print; they count beside a row with one of the labels above.
_LABELS_WEAK = _any_of(
    "标题 名称 题目 主题词 关键词 关键字 分类 类别 主题 属性 备注 备案号 有效期 机构 语种 地区 区域 行业 状态 编号 页数 专题 来源 日期 时间 摘要 概述"
)
# Matches: 索引号 K3984687-7/2014-00238. Does not match: 发布机构应当在五日内备案。
_ROW = re.compile(rf"[|【\[]?\s*(?:{_LABELS})\s*[】\]]?\s*(?::|\||\s|$)")
_ROW_WEAK = re.compile(rf"[|【\[]?\s*(?:{_LABELS_WEAK})\s*[】\]]?\s*(?::|\||\s|$)")
_ROW_BARE = re.compile(rf"[|【\[]?\s*(?:{_LABELS})\s*[】\]]?\s*[:|]?\s*")
_DATE_LABELS = _any_of("发布日期 发布时间 公布日期 公布时间 上网日期 上网时间 收录日期 收录时间 信息来源")

_DATE = r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_BYLINE = _any_of(
    """时间 日期 发布时间 发布日期 发表时间 发表日期 更新时间 更新日期 发稿时间 录入时间 编辑时间 添加时间 创建时间 上传时间 上传日期 来源 信息来源 文章来源 稿件来源 稿源 文件来源 新闻来源 内容来源 出处 转自 摘自 作者
    文章作者 撰稿 撰稿人 供稿 供稿人 供稿单位 记者 通讯员 编辑 责任编辑 责编 网站编辑 本文编辑 编审 审核 审核人 审校 校对 终审 初审 复审 监制 录入 录入者 录入员 发布人 发布者 发布 上传者 上传 信息员 浏览 浏览次数 浏览量
    浏览数 阅读 阅读次数 阅读量 阅读数 点击 点击率 点击数 点击量 点击次数 访问 访问量 访问次数 人气 热度 下载次数 下载量 评论数 字数 字号 字体 字体大小 文字大小 背景色 背景颜色 视力保护色 打印 打印日期 分享 分享到 分享至
    收藏 大小 页数 格式 文档格式 文件格式 文件大小 文档大小 积分 所需积分 星级 标签 tag 所属栏目 栏目 频道 版次""".replace(
        "\n", " "
    )
)
# Matches: 时间: 2023-02-21 来源: 某办公室. Does not match: 时间安排:从3月1日开始,分三个阶段进行。
_BYLINE_LINE = re.compile(rf"[(\[【|]?\s*(?:{_BYLINE})\s*[】\]]?\s*:(?!.*[。;])")
_BYLINE_CERTAIN = re.compile(
    r"\s*[(\[【|]?\s*(?:责任编辑|责编|编辑|浏览|阅读|点击|访问|更新时间|发稿时间|录入|稿源|文章来源|信息来源|稿件来源|字体|字号|背景|视力|发布时间|发布日期|分享|上传|人气)"
)
_STAMP = re.compile(rf"(?:{_DATE}\s*{_CLOCK}|(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)[^。;]{{0,60}}")
_COUNT = re.compile(r"[\[(【]?(?:浏览|阅读|点击|访问|下载|已有|共有)[^。]{0,8}\d+\s*(?:次|人|条)?[^。]{0,8}[\])】]?")

_ICP = re.compile(
    r"icp\s*(?:备|证|号)|icp备案|公网安备|公安备案|(?:^|[^a-z])备案(?:号|序号|编号)\s*:|网站标识码|政府网站标识|互联网新闻信息服务许可证|信息网络传播视听节目许可证|增值电信业务"
)
_COPYRIGHT = re.compile(
    r"版权所有|copyright|©|\(c\)\s*(?:19|20)\d\d|all\s*rights\s*reserved|著作权归|禁止(?:建立)?镜像"
    r"|未经.{0,14}(?:授权|许可|同意|允许|协议).{0,12}(?:转载|镜像|复制|摘编|使用)"
    r"|技术支持\s*:|技术保障\s*:|网站(?:建设|制作|维护|管理)\s*:|(?:建议|推荐|最佳|请)使?用?.{0,20}(?:浏览器|分辨率)|分辨率.{0,12}浏览"
)
_PUBLISHER = re.compile(r"(?:主办|承办|协办|主管|制作|运维|运营|开发|建设|管理)(?:单位|部门)?\s*:|(?:主办|承办|维护)$")
_DISCLAIMER = re.compile(
    r"不代表本(?:站|网|平台|公司)|(?:凡|本)(?:本)?(?:网|站)(?:站)?(?:所有|转载|注明|声明|原创|不|仅|刊|未|对)|凡.{0,10}(?:注明|转载).{0,12}(?:来源|本网|本站)"
    r"|转载.{0,16}(?:注明|标明).{0,6}(?:来源|出处|自)|如有侵权|若有侵权|涉嫌?侵权|侵权.{0,10}(?:删除|处理)|来(?:源于|自)(?:网络|互联网|网友)|网友(?:上传|提供|投稿|分享)"
    r"|仅供(?:参考|学习|个人).{0,20}(?:本站|本网|正式|标准|原文|官方|使用)|以(?:正式|官方).{0,8}(?:文本|文件|版本|发布)为准|联系(?:我们|本站|本网|管理员|客服).{0,8}删除"
    r"|本(?:站|网)(?:内容|资料|文章|信息|文档)|(?:文章|文档|内容|资料)由.{0,12}(?:上传|整理|收集)|原创文章.{0,12}(?:客服|咨询)"
    r"|[(\[【]?(?:免责|版权|特别|郑重|法律)声明\s*[】\])]?\s*:"
)
# Matches: 声明:. Does not match: 发表声明:本公司自愿承诺。
_DISCLAIMER_HEAD = re.compile(
    r"[【\[※*]?\s*(?:(?:免责|版权|特别|郑重|法律|网站|重要)?\s*声\s*明|温馨提示|特别提示|特别说明|注意事项)\s*[】\]]?\s*:?"
)
_LEAD_IN = re.compile(
    r"[【\[]?\s*(?:核心提示|导语|导读|内容提要|内容提示|内容摘要|内容简介|内容预览|文档简介|文档介绍|摘要|简介|编者按|编者的话|小编)\s*[】\]]?\s*:"
)
_CONTACT = re.compile(
    r"[※*]?\s*(?:地\s*址|通讯地址|联系地址|邮\s*编|邮政编码|电\s*话|联系电话|值班电话|总机|传\s*真|邮\s*箱|电子邮箱|电子邮件|e-?mail|qq|客服(?:热线|电话|qq)|服务热线|举报(?:电话|热线|邮箱)|纠错(?:电话|邮箱)"
    r"|投稿(?:邮箱|热线)|新闻热线|广告热线|网\s*址)\s*:"
)
_URL = re.compile(
    r"(?:[(\[【]?\s*(?:本文|原文|文章|文档|页面|信息|来源|下载|转载)?(?:链接|网址|地址|出处|url)\s*:?\s*)?(?:https?://|www\.)[^\s\u4e00-\u9fff]+\s*[)\]】]?"
)
_BREADCRUMB = re.compile(
    r"[【\[]?\s*(?:您?(?:的|现在的?|当前的?|目前的?)?(?:所在|当前)?位置(?:是)?|当前页面?|当前栏目|所在栏目|网站导航|首页)\s*[】\]]?\s*(?::|>|»|›|→|/|-)"
)
_CRUMBS = re.compile(r"(?:网站)?(?:首页|主页)(?:\s*(?:>+|»|›|→|/|\\|-+|::|\|)\s*[^>»›→|。;]{1,30})+")
_SCRIPT = re.compile(
    r"//(?!\s*(?:www|\d)).{0,60}|<!--.*|.*-->|(?:var|let|const|function)\s+\w+.*[=({;].*|.*(?:document\.|window\.|javascript:|\$\(|jquery|getelementby|innerhtml).*|[{}();\s]+|</?(?:script|style)\b.*"
)
_PAGE = re.compile(
    r"[-\u2500·•~]+\s*\d{1,4}\s*[-\u2500·•~]+|第\s*\d{1,4}\s*页(?:\s*[,/|(]?\s*共\s*\d{1,4}\s*页\)?)?|共\s*\d{1,4}\s*页(?:\s*[,/]?\s*第\s*\d{1,4}\s*页)?|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_PAGER = re.compile(
    r"[|\s]*(?:(?:共\s*\d+\s*页|首页|上一?页|下一?页|尾页|末页|\d{1,3}|\[\d{1,3}\]|\.{2,}|…)[|\s]*){3,}"
)
_NEIGHBOUR = re.compile(
    r"[\[【<(]?\s*(?:上一?|下一?|前一?|后一?)(?:篇|条|页)(?:文章|信息|新闻|文档|内容)?\s*[\]】>)]?\s*(?::|\s|$)"
)
_RELATED = re.compile(
    r"[【\[■●◆]?\s*(?:相关(?:阅读|链接|新闻|文章|推荐|文档|稿件|内容|资料|报道|专题|信息|文件|政策|法规|附件|解读)|(?:推荐|延伸|扩展)阅读|(?:热门|热点|最新|精彩|编辑|本类|本站)(?:推荐|文章|阅读|文档|新闻|更新|信息)|猜[你您]喜欢|为您推荐|大家都在看|友情链接|点击排行|阅读排行|附件下载|网友评论)\s*[】\]]?\s*:?\s*(?:更多.{0,3})?"
)
_DOWNLOAD = re.compile(
    r"[【\[]?(?:附件|文件|文档|全文|原文|点击|相关附件|正文)?\s*(?:附件)?\s*下载\s*[】\]]?\s*:.{0,80}|.{0,60}(?:点击|点此|立即|在线)(?:此处|这里)?(?:下载|查看|阅读|预览).{0,20}|[^附。;:]{1,60}\.(?:docx?|xlsx?|pdf|zip|rar|wps|ofd|et|pptx?)(?:\s*[(\[]?\s*[\d.]+\s*[kmg]?b?\s*[)\]]?)?"
)
_SITE_NAME = re.compile(
    r"[^:,。;、(《]{2,24}?(?:信息网|资讯网|新闻网|政务网|门户网|门户网站|政府网|网站|网|在线|频道|信息港|数据库|法规库|文库|图书馆|资料库|服务平台|信息平台|知识库|论坛|导航|大全|之家|百科|热线|客户端|公众号)"
)
_TITLE_WORDS = re.compile(
    r"关于|(?:通知|意见|办法|规定|决定|方案|计划|规划|条例|细则|公告|通告|批复|报告|纲要|要点|措施|标准|法|令|函)(?:\(|$)"
)
_SHARE = re.compile(
    r"[【\[]?\s*(?:分享|转发|转载)(?:到|至|给|本文|文章)?\s*[】\]]?\s*:?.{0,24}|.{0,12}(?:扫一扫|扫描二维码|扫码|长按识别|微信关注).{0,24}|关注.{0,16}(?:公众号|微信|微博).{0,10}"
)
_SIZE = re.compile(
    r"[【\[(]?\s*(?:选择)?(?:字号|字体|文字|背景色|背景颜色|背景|视力保护色|页面颜色|显示|阅读背景)(?:大小|颜色|设置|调整)?\s*[:】\]]\s*[^。;]{0,40}"
)

# A line that the issuing body writes: a numbered unit, an attachment, a sentence, an addressee.
ENUMERATED = re.compile(
    r"第\s*[一二三四五六七八九十百千零〇两\d]+\s*(?:编|章|节|条|款|部分)|[一二三四五六七八九十]{1,3}\s*[、.:]|[((][一二三四五六七八九十\d]{1,3}[))]|\d{1,3}\s*[.、)](?!\d)|[①-⑳]|附件|附[:表录图]|附则|注:"
)
_SENTENCE = re.compile(r".{10,}[。;:,]|.{60,}")
_SIGNATURE = re.compile(
    r".{2,40}(?:政府|办公厅|办公室|委员会|常委会|局|厅|部|院|署|总队|集团|公司|协会|党组|党委|司令部)(?:\s*\(.{0,6}\))?|.{0,4}[\d一二三四五六七八九十〇○零]{2,4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日.{0,6}|抄送.*|主题词.*|.*印发|.*政府令.*"
)


def is_policy_line(line: str) -> bool:
    """Whether a line reads as text of the issuing body: numbered, a sentence, an addressee."""
    return bool(ENUMERATED.match(line) or _SENTENCE.fullmatch(line))


def is_signature(line: str) -> bool:
    """Whether a line could be a body's name, a date or a line of the colophon."""
    return bool(_SIGNATURE.fullmatch(line))


def is_title_like(line: str) -> bool:
    """Whether a line could be the title of a document."""
    return bool(_TITLE_WORDS.search(line))


def is_site_name(line: str) -> bool:
    """Whether a line could be a website's name. It settles nothing without its place."""
    return bool(_SITE_NAME.fullmatch(line)) and not is_title_like(line)


def opens_links(line: str) -> bool:
    """Whether a list of links to other pages begins under the line."""
    return bool(_RELATED.fullmatch(line))


def is_bare_label(line: str) -> bool:
    """Whether the line is the label of a metadata table without its value."""
    return bool(_ROW_BARE.fullmatch(line))


def is_lead_in_label(line: str) -> bool:
    """Whether the line announces a summary that stands on the next line."""
    return bool(_LEAD_IN.fullmatch(line))


def body_reason(line: str) -> LineReason | None:
    """The reason of a line that is a website's or a printer's wherever it stands, even amid the text."""
    if _PAGE.fullmatch(line):
        return LineReason("page_number", True)
    if line.startswith("//") and _SCRIPT.fullmatch(line):
        return LineReason("script", True)
    return None


def _menu_reason(line: str) -> LineReason | None:
    tokens = [token for token in _SEPARATORS.split(line) if token]
    if not tokens or len(line) > 400:
        return None
    strong = sum(token in _MENU or (len(tokens) > 1 and bool(_MENU_TOKEN.fullmatch(token))) for token in tokens)
    weak = sum(token in _MENU_WEAK for token in tokens)
    if strong == len(tokens) or (strong >= 2 and (strong + weak) * 5 >= len(tokens) * 3):
        return LineReason("navigation", True)
    if strong and strong + weak == len(tokens):
        return LineReason("navigation", len(tokens) > 1)
    if weak >= 4 and weak * 5 >= len(tokens) * 4:
        return LineReason("navigation", True)
    return LineReason("navigation", False) if weak == len(tokens) else None


def header_row(line: str) -> LineReason | None:
    """The reason of a row of a metadata table."""
    if _ROW.match(line):
        return LineReason("metadata_table", True)
    return LineReason("metadata_table", False) if _ROW_WEAK.match(line) else None


def edge_reason(line: str) -> LineReason | None:
    """The reason of a line that is a website's when it stands above or below the document."""
    numbered = ENUMERATED.match(line)
    if numbered and not (_DISCLAIMER.search(line) and re.search("本网|本站", line)):
        return None
    if _LEAD_IN.match(line):
        return LineReason("lead_in", True)
    for reason, pattern in (("disclaimer", _DISCLAIMER), ("icp", _ICP), ("copyright", _COPYRIGHT)):
        if pattern.search(line):
            return LineReason(reason, True)
    for reason, pattern in (
        ("page_number", _PAGE),
        ("script", _SCRIPT),
        ("navigation", _BREADCRUMB),
        ("time_source", _COUNT),
    ):
        if pattern.match(line) and (reason == "navigation" or pattern.fullmatch(line)):
            return LineReason(reason, True)
    if _CRUMBS.fullmatch(line) or _PAGER.fullmatch(line) or _NEIGHBOUR.match(line) or _RELATED.fullmatch(line):
        return LineReason("navigation", True)
    menu = _menu_reason(line)
    if menu and menu.certain:
        return menu
    if _URL.fullmatch(line):
        return LineReason("url", True)
    if len(line) <= 80 and (_SHARE.fullmatch(line)):
        return LineReason("share", not is_policy_line(line))
    if _SIZE.fullmatch(line):
        return LineReason("navigation", True)
    if len(line) <= 200 and _BYLINE_LINE.match(line):
        certain = bool(_BYLINE_CERTAIN.match(line) or re.search(rf"{_DATE}|来源\s*:", line))
        return LineReason("time_source", certain)
    if _STAMP.fullmatch(line):
        return LineReason("time_source", True)
    if _DOWNLOAD.fullmatch(line) and not is_title_like(line):
        return LineReason("download", True)
    if _DISCLAIMER_HEAD.fullmatch(line):
        return LineReason("disclaimer", False)
    if _PUBLISHER.match(line):
        return LineReason("copyright", False)
    if _CONTACT.match(line):
        return LineReason("contact", False)
    return menu

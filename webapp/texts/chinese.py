"""Chinese, in simplified characters."""

from typing import Final

from webapp.texts.texts import ArchitectureTexts, PageTexts, ScriptTexts, Sentences, Texts

PAGE: Final = PageTexts(
    description="把照片变成莫奈风格的画。免费、私密、片刻即成。",
    needs_javascript="Make-A-Monet 需要 JavaScript。请启用它，或者使用 /api/paint 的 HTTP 接口。",
    skip="跳到正文",
    paint_link="作画",
    architecture_link="原理",
    theme="主题",
    paint_title="把你的照片画成莫奈",
    paint_lead="选一张风景、花园或清晨的港湾，其余的交给这里的一个小型神经网络。",
    choose="选择照片",
    choose_hint="也可以拖到这里，或直接粘贴",
    camera="拍一张照片",
    limits="支持 JPEG、HEIC、PNG、WebP、AVIF、GIF、TIFF，最大 {megabytes} MB",
    examples="或者试试这些照片",
    example_names={
        "summer-palace": "颐和园",
        "hills": "秋日山丘",
        "boats": "暮色小船",
        "mountains": "山间小路",
        "stream": "林中溪流",
        "dandelions": "蒲公英",
    },
    example_sources="照片来源",
    privacy_title="照片始终属于你。",
    privacy="它只在作画时留在内存里，不在别处：不存储、不记录、没有人会看。画作里也没有拍摄地点和相机信息。",
    photo="照片",
    painting="画作",
    stage="照片与画作",
    compare="对比：照片盖住画作的比例",
    hold="按住看照片",
    zoom="100 %",
    film="遍数",
    photo_frame="照片",
    numbered_frame="第 {number} 遍",
    paint="作画",
    cancel="取消",
    retry="重试",
    another="换一张照片",
    dismiss="关闭",
    new="新照片",
    size="尺寸",
    sizes={"512": "512", "1024": "1024", "full": "原尺寸"},
    brush="画笔",
    brushes={"broad": "粗", "medium": "中", "fine": "细"},
    strength="强度",
    file_format="格式",
    download="下载",
    copy="复制",
    share="分享",
    progress="进度",
)

SCRIPT: Final = ScriptTexts(
    paint="作画",
    paint_again="再画一遍",
    opening="正在打开照片……",
    ready="可以作画了",
    uploading="正在上传……",
    waiting_next="下一个就是你",
    waiting="排队中：前面还有 {position} 位",
    painting="正在画第 {number} 遍，共 {passes} 遍……",
    receiving="正在接收画作……",
    painted="第 {number} 遍，共 {passes} 遍 · {width} × {height} 像素",
    photo_shown="照片 · {width} × {height} 像素",
    cancelled="已取消",
    copied="已复制，可以粘贴到任何地方。",
    not_copied="浏览器不允许复制，请改为下载。",
    not_shared="浏览器无法分享，请改为下载。",
    lost="与服务器的连接断开了，请重试。",
    example_lost="示例照片没有送达。请重试，或者选择自己的照片。",
    too_large="照片超过 {megabytes} MB。请选择较小的尺寸，或者换一张较小的照片。",
    compared="照片占 {percent} %",
    theme_system="跟随系统",
    theme_light="浅色",
    theme_dark="深色",
)

SENTENCES: Final = Sentences(
    empty="文件是空的，请换一张照片。",
    damaged="照片已损坏或不完整，请重新保存或发送。",
    not_a_picture="无法读取这个文件。请发送 JPEG、HEIC、PNG、WebP、AVIF、GIF 或 TIFF 图片。",
    too_many_pixels="照片超过 {megapixels} 百万像素，请发送较小的照片。",
    not_multipart="请以 multipart/form-data 发送照片，字段名为“photo”。",
    no_photo="请求里没有照片。请在字段“photo”中发送文件。",
    too_large="上传的文件太大，请发送较小的照片。",
    not_found="这个地址没有内容。",
    wrong_method="这个地址不支持该方法。",
    failed="我们这边出了问题，请重试。",
    painting_failed="这幅画没有画成，请重试。",
    way_home="去画一张照片",
)

ARCHITECTURE: Final = ArchitectureTexts(
    title="原理",
    heading="它怎样作画",
    introduction="""
从来没有人拍下过莫奈所画的景色，所以没有成对的照片与画作可供学习。CycleGAN 改从两堆图片里学：这边是照片，那边是画作。
生成器 $G$ 把照片 $x$ 变成画，生成器 $F$ 把画作 $y$ 变成照片。两个判别器查看 70 × 70 像素的小块，
给每一块的真实程度打分；其中 $D$ 懂得画作。
""",
    generator="生成器",
    shape="三个卷积把图片读进来，{blocks} 个残差块在四分之一的尺寸上重新描绘，再由最近邻放大和卷积恢复原来的尺寸。",
    adds="输出会加到照片上：网络画的是两者之差。",
    replaces="输出就是画作。",
    shapes="表中的形状对应 {side} × {side} 像素的输入；其他尺寸同样可以。",
    columns=("层", "卷积核 / 步幅", "输出", "参数"),
    total="合计",
    losses="三种损失",
    losses_lead="训练同时在两个方向上降低这三者的加权和。",
    loss_articles={
        "对抗损失": r"""
$G$ 的画应当能被当作莫奈的真迹。判别器给小块打 1 分时生成器得到奖励；判别器则要给真画打 1 分、给生成的画打 0 分。
距离取平方，因此即便蒙混过关的假画也能从差距中学习（Mao 等，2017，arXiv 1611.04076）。

$$
\mathcal{L}_G = \mathbb{E}_x\big[(D(G(x)) - 1)^2\big]
$$

$$
\mathcal{L}_D = \tfrac12\,\mathbb{E}_y\big[(D(y) - 1)^2\big] + \tfrac12\,\mathbb{E}_x\big[D(G(x))^2\big]
$$
""",
        "循环一致性": r"""
照片画成画、再变回照片，应当和原来一样；画作走相反的一圈也是如此。景物因此得以保留：一座桥如果不再是桥，就变不回来了
（Zhu 等，2017，arXiv 1703.10593，式 2）。

$$
\mathcal{L}_\mathrm{cyc} = \mathbb{E}_x\big[\lVert F(G(x)) - x \rVert_1\big]
+ \mathbb{E}_y\big[\lVert G(F(y)) - y \rVert_1\big]
$$
""",
        "恒等损失": r"""
莫奈的画已经是莫奈的画：$G$ 不该改动它，$F$ 也不该改动照片。没有这一项，生成器会随意换色，正午变成黄昏
（Zhu 等，2017，5.2 节）。

$$
\mathcal{L}_\mathrm{id} = \mathbb{E}_y\big[\lVert G(y) - y \rVert_1\big]
+ \mathbb{E}_x\big[\lVert F(x) - x \rVert_1\big]
$$
""",
    },
)

CHINESE: Final = Texts(
    tag="zh-Hans", name="中文", page=PAGE, script=SCRIPT, sentences=SENTENCES, architecture=ARCHITECTURE
)

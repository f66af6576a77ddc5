"""The architecture page in Chinese, in simplified characters."""

from typing import Final

from webapp.texts.schema import (
    ArchitectureTexts,
    CyclesTexts,
    GeneratorTexts,
    InsideTexts,
    LayerText,
    LossesTexts,
    LossText,
    NormTexts,
    PassesTexts,
    ReferencesTexts,
    RoundingTexts,
    RunTexts,
    UnpairedTexts,
    YourselfTexts,
)

UNPAIRED: Final = UnpairedTexts(
    heading="两堆图片，没有配对",
    short="没有配对",
    text="""
要教网络把照片变成画，最好有成对的例子：同一座桥，同样的光线，一张照片配一幅莫奈的画。
可惜一对也没有。1874 年莫奈在阿让特伊写生时，身边并没有人举着彩色相机。

现成的是两堆图片：{paintings} 幅莫奈的画作，和 {photos} 张与它们毫不相干的风景照片。
一堆告诉网络莫奈的画是什么样，另一堆告诉它照片是什么样。哪幅画对应哪张照片，两堆里都没有答案；
CycleGAN 也不需要这个答案。
""",
    pairs="想要的：成对的图片",
    piles="现有的：两堆图片",
    photos="{photos} 张照片",
    paintings="{paintings} 幅画作",
    titles={"印象·日出": "1872", "罂粟花田": "1873", "干草垛": "1891", "睡莲": "1906"},
)

CYCLES: Final = CyclesTexts(
    heading="两位画家，两位鉴定师",
    short="两个循环",
    text="""
四个网络一起学习。生成器好比画家：*G* 把照片 *x* 变成画，*F* 把画作 *y* 变成照片。判别器好比鉴定师：
*D_Y* 看画，其中有真迹，也有 *G* 的仿作；*D_X* 看照片。判别器给每个 70 × 70 像素的小块各打一个分，
因为风格在于笔触和色彩，不在于整个画面。判别器学着分辨真假，生成器学着蒙混过关。

光有判别器，只要像莫奈就行：*G* 尽可以拿同一片池塘去应付所有照片。防住这一招的是回程。
照片由 *G* 画成画，再由 *F* 变回照片，应当和原来一样；画作走相反的一圈，也是如此。
*G* 丢掉的景物，*F* 变不回来。所以 *G* 会保留景物，尽管从来没有人给它看过同一景物的画。
""",
    photo="照片 *x*",
    monet="莫奈 *y*",
    painting="画作 *G*(*x*)",
    restored="变回的照片 *F*(*G*(*x*))",
    photographed="照片 *F*(*y*)",
    repainted="变回的画作 *G*(*F*(*y*))",
    judged="{judge}：真的还是生成的？",
    same="首尾应当一样",
    photo_cycle="从照片到画作，再回到照片",
    painting_cycle="从画作到照片，再回到画作",
)

LOSSES: Final = LossesTexts(
    heading="三种损失",
    short="损失",
    text="""
损失是一个数，表示网络错得有多厉害；训练一步一步地调整权重，让这个数下降。
生成器要降低的是三种损失的加权和，两个方向同时进行。
""",
    adversarial=LossText(
        name="对抗损失：画得像莫奈",
        text="""
真迹的小块应得 1 分。生成的小块若得不到 1 分，生成器就要受罚；判别器若没有给真迹的小块打 1 分、
给生成的小块打 0 分，就轮到它受罚。差距取平方，因此小块即便已经蒙混过关，离 1 分还差多少，
仍能让生成器学到东西。
""",
        without="没有谁再要求像莫奈。笔触消失，剩下一张柔和的照片。",
        without_name="去掉对抗损失",
    ),
    cycle=LossText(
        name="循环一致性损失：保留景物",
        text="""
一去一回，图片应当和原来一样。距离取像素差的绝对值的平均；与平方的平均相比，这样能让边缘更清晰。
""",
        without="从画上几乎看不出来：照片的形状和色彩本来就交给了这个生成器。受损的是回程："
        "画掉的东西回不来，离原来的照片更远。",
        without_name="去掉循环一致性损失",
    ),
    identity=LossText(
        name="恒等损失：莫奈的画不必再改",
        text="""
已经是画作的，*G* 应当原样放过；*F* 对照片也应如此。这一项把颜色固定下来：
若没有它，即使正午被画成黄昏，只要 *F* 还能变回去，循环和判别器都不会有意见。
""",
        without="才训练这么几步，变化不大。从此管住颜色的只剩下回程。",
        without_name="去掉恒等损失",
    ),
    experiment="每一种损失有什么用，去掉它就看得出来。下面从这里所用的网络出发，各继续训练 {steps} 步，共四次："
    "一次用全部损失，其余三次各去掉一种。",
    photo="照片",
    everything="全部损失",
    caption="KID × 1000：{kid} · 内容 {content}",
    back="再变回照片：与原来相差 {difference}",
    weights="这里所用的网络训练结束时，循环一致性损失的权重是 {cycle}，恒等损失的权重是 {identity}，"
    "远小于论文的 10 和 5：照片的形状和色彩已经交给了这个生成器，不必拉得那么紧。"
    "另外还有两个画作判别器和两条规则，见[训练过程](#run)。",
)

NORM: Final = NormTexts(
    heading="实例归一化做了什么",
    short="实例归一化",
    text="""
除最后一个卷积外，每个卷积之后都有实例归一化：每张特征图经过平移和缩放，均值变为 0，标准差变为 1。
照片的亮度和对比度恰恰就在这两个数里，于是在网络内部随之消失；
留下来的，是画面里什么地方有什么。
一张又暗又平淡的照片和一张明亮的照片，在下一层看来是一样的，新的风格便可以从头画起。
（最后还会加上照片远看的样子，光线也随之回来。）

这也是大照片不能简单切块来画的原因：每一块都会按自己的均值和标准差缩放，接缝就会露出来。
这里的做法是先从整张照片的缩略图上求出均值和标准差，再固定下来，供所有的块共用。
""",
    plain="原照片",
    dim="同一张，调暗、降低对比度",
    photo="照片",
    before="归一化之前",
    after="归一化之后",
    formula="*μ* 和 *σ*² 是特征图 *x_c* 在所有位置上的均值和方差；*ε* 是一个极小的数，避免数值处处相同时除以零。",
    measured="{stage}：均值 {mean}，标准差 {deviation}",
    caption="第一个卷积的第 {channel} 张特征图。归一化之前的两张用同一种灰度标尺，之后的两张用另一种。",
)

ROUNDING: Final = RoundingTexts(
    heading="从 float32 到 int8",
    short="量化",
    text="""
训练得到的权重是 float32 数：四个字节，约七位有效数字。这里作画的网络只给每个权重一个字节。
整数 *q* 代表数值 *s*(*q* − *z*)：缩放因子 *s* 是相邻两个整数所代表的数值之差，零点 *z* 是代表 0 的那个整数。
权重的每个输出通道各有一个缩放因子，零点都是 0。特征图每层只有一个缩放因子和一个零点：
事先画 {photos} 张照片，看看各层需要多大的范围。

单字节整数的乘法比浮点乘法快好几倍，要搬运的数据也只有四分之一。权重的八位只用了七位，从 −63 到 63：
没有 VNNI 指令的处理器用 16 位来存放两个乘积之和，数值再大就会溢出。
""",
    floats="float32",
    integers="int8",
    axis="权重 ÷ 所在通道的缩放因子",
    caption="第一个卷积的全部 {weights} 个权重，量化之前和之后。各通道的缩放因子从 {smallest} 到 {largest}，零点为 0。"
    "这一层输出的缩放因子是 {output_scale}，零点是 {output_zero_point}。",
    table="秒数是在 {processor} 的 {cores} 个核上画一张 512 × 512 像素照片的中位数。PSNR 表示离 float32 网络的画作有"
    "多近，KID 表示离莫奈的画作有多近。“最初的方案”是这类网页最早部署的 float32 网络，比这里的更大，用的是转置卷积。",
    columns=("网络", "秒", "兆字节", "PSNR（dB）", "KID × 1000"),
    ways={
        "first way": "最初的方案",
        "float eager": "float32",
        "torchscript int8": "int8，TorchScript",
        "openvino int8": "int8，OpenVINO",
    },
)

PASSES: Final = PassesTexts(
    heading="再画一遍会怎样",
    short="多画几遍",
    text="""
“再画一遍”就是把画作当成照片，再次交给网络。网络接着处理的是画作原有的像素，
不是有损压缩的文件。笔触越积越多，细节越来越少。KID 表示 {photos} 张测试照片的画作离莫奈有多远，
越低越近；“内容”表示照片里的东西还保留多少，1 是全部保留。
第一遍离莫奈最近；再往后每一遍都越过了他，适合喜欢浓烈的人。
""",
    control="遍数",
    numbers=("照片", "第 1 遍", "第 2 遍", "第 3 遍", "第 4 遍", "第 5 遍"),
    caption="KID × 1000：{kid} · 内容 {content}",
)

GENERATOR: Final = GeneratorTexts(
    heading="逐层看生成器",
    short="生成器",
    text="""
三个卷积把图片读进来并逐步缩小，{blocks} 个残差块在四分之一的边长上重新描绘，再由最近邻放大和卷积恢复原来的尺寸。
请选择一层。
""",
    adds="输出会加到照片上：网络画的是与照片之差。",
    adds_to_means="输出会加到照片每个 {side} × {side} 像素方块的平均色上：形状和色彩由平均色给出，每一笔都出自网络。",
    replaces="输出就是画作。",
    control="生成器的各层",
    sides="照片尺寸",
    columns=("层", "卷积核 / 步幅", "输出", "参数", "乘加次数（百万）", "感受野"),
    names={
        "Convolution": "卷积",
        "Residual block": "残差块",
        "Nearest resize": "最近邻放大",
        "instance norm": "实例归一化",
        "ReLU": "ReLU",
        "tanh": "tanh",
    },
    roles={
        "first": LayerText(
            "第一眼",
            "每个卷积核一次看照片的 7 × 7 个像素，给出一张特征图：某个方向的边缘，或某种颜色的色块。",
            "在原尺寸上，大卷积核看得到整道笔触那么宽；这时只有三个通道，乘法不多。",
        ),
        "down": LayerText(
            "缩小",
            "3 × 3 卷积，每次移动两个像素：宽减半，高减半，特征图的张数加倍。",
            "后面的卷积核用同样的计算量，能看到四倍的面积，于是分得清一棵树和一片叶。",
        ),
        "block": LayerText(
            "重新描绘",
            "两个 3 × 3 卷积算出一个改变量，加到输入上。",
            "大部分权重都在这里：图片已经缩小，每个权重要做的乘法少。有了这个加法，残差块只需学习改变什么，"
            "误差也能一路传回所有的块。",
        ),
        "resize": LayerText(
            "放大",
            "每个位置变成 2 × 2 个相同的值，没有要学习的参数。",
            "常用的转置卷积对各个像素的覆盖次数不等，会留下棋盘格。在 int8 网络里，"
            "放大与后面的卷积合成一步，乘法只有原来的 4/9。",
        ),
        "up": LayerText(
            "画细",
            "3 × 3 卷积在放大的特征图上画出细节，特征图的张数减半。",
            "笔触落在哪里，残差块已经决定；这里画出它们的边缘。",
        ),
        "last": LayerText(
            "调色",
            "7 × 7 卷积把所有的特征图合成三张：红、绿、蓝，经 tanh 后在 −1 到 1 之间。",
            "这里没有归一化：画作需要亮度，归一化会把它抹掉。",
        ),
    },
    total="合计",
    number="第 {number} 层：{name}",
    numbers="感受野是输出的一个位置所依赖的方形像素区域的边长。归一化看到的则是整张图片。",
)

INSIDE: Final = InsideTexts(
    heading="看看网络内部",
    short="网络内部",
    text="""
选一张照片，跟着它穿过网络：每一层的每一张特征图，都取自“作画”页所用的 int8 网络，并各按自己的数值范围显示明暗。
只在训练时才用到的画作判别器，也会给照片和它的画作逐块打分。
""",
    own="自己的照片",
    control="层",
    sheet="第 {number} 层“{name}”的特征图",
    judge="判别器怎么看",
    judged="判别器始终比生成器高明。它没见过的 {test_paintings} 幅莫奈真迹，平均得分 {monets}；"
    "{test_photos} 张测试照片平均 {photos}，它们的画作平均 {painted}：整体上还瞒不过它。"
    "但有些小块瞒得过，每一块都告诉生成器该往哪里走。",
    photo="照片",
    painting="画作",
    photo_scores="照片，上面叠加判别器的分数",
    painting_scores="画作，上面叠加判别器的分数",
    scale=("0：生成的", "1：莫奈真迹"),
)

RUN: Final = RunTexts(
    heading="训练过程",
    short="训练",
    text="""
这里作画的权重，就是沿着这些曲线训练出来的：{steps} 步，至多两个处理器核，{hours} 小时，没有用显卡。
网络看到的，有时是整张图片，有时是一个局部。三个判别器一起看画：一个看小块；一个透过一个早已认识各种图片的网络来看；
从第 10,538 步起，还有一个只看颜色。另有两条规则把生成器拉在照片旁边：照片里没有的反差和硬边，画里也不许有。
学习率两次降到零，每一次画作都离莫奈更近。
不过其中有几分虚高：KID 所用的网络与第二个判别器同属一族，又是在同样的图片上训练的。所以也要看画本身。
""",
    curves={
        "adversarial_painting": "G 对画作判别器",
        "adversarial_photo": "F 对照片判别器",
        "discriminator_painting": "画作判别器",
        "discriminator_photo": "照片判别器",
        "cycle_painting": "画作的循环一致性",
        "cycle_photo": "照片的循环一致性",
        "identity_painting": "画作的恒等",
        "identity_photo": "照片的恒等",
        "feature_painting": "G 对第二个判别器",
        "feature_discriminator": "第二个判别器",
        "palette_painting": "G 对颜色判别器",
        "palette_discriminator": "颜色判别器",
        "contrast_painting": "凭空的反差",
        "contour_painting": "硬边",
        "learning_rate": "学习率",
    },
    groups={
        "game": "生成器与判别器互相较量，此消彼长。这里判别器一直领先。",
        "held": "循环一致性与恒等：图片变回来或原样放过之后，与原来相差多少。",
        "second": "第二个判别器，透过一个早已认识各种图片的网络来看画。",
        "third": "第三个判别器，只看颜色，从它加入的那一步算起。",
        "rules": "不许有的：照片里没有的反差和硬边。",
        "rate": "学习率：每一步走多远。",
    },
    judgements="400 张测试照片的画作离莫奈有多近，照片的内容还保留多少。",
    kid="KID × 1000",
    content="内容",
    step="步数",
    control="训练的步数",
    untouched="照片",
    caption="第 {step} 步",
    judged="第 {step} 步 · KID × 1000：{kid}",
)

YOURSELF: Final = YourselfTexts(
    heading="自己动手",
    short="动手",
    text="""
除图片以外，一切都在代码仓库里；图片由第一条命令下载。训练用的是适合少量算力的设置。
测试会像程序自己那样读一遍每条命令；每段代码都是服务器启动时从源文件里读出来的，所以正是实际运行的代码。
这台服务器也为程序作画，参见[接口说明](api)。
""",
    commands={
        "download": "下载图片",
        "train": "训练",
        "evaluate": "评估",
        "export": "转成 int8",
        "serve": "运行这个网站",
    },
    excerpts={
        "residual_block": "残差块",
        "generator": "生成器",
        "discriminator": "判别器",
        "cycle": "循环一致性损失",
        "step": "生成器的一步训练",
        "rounding": "从 float32 到 int8",
        "paint": "作画的一遍",
    },
    code="{file}，第 {line} 行起",
)

REFERENCES: Final = ReferencesTexts(
    heading="参考文献",
    short="文献",
    text="这里用到的论文，以及从每一篇里取来的东西。",
    gives={
        "cyclegan": "核心的想法：两个生成器，两个判别器，还有回程。",
        "pix2pix": "看 70 × 70 像素小块的判别器。",
        "lsgan": "对抗损失取平方，梯度不会消失。",
        "instance_norm": "对每张图片单独归一化，去掉它的对比度。",
        "johnson": "生成器的形状：缩小，残差块，放大。",
        "checkerboard": "先放大再卷积，不留棋盘格。",
        "thumbnail_norm": "用缩略图的统计量做归一化，大照片的各块才能一致。",
        "int8": "缩放因子和零点：用整数计算的网络。",
        "projected_gan": "第二个判别器，透过一个认识图片的网络来看画。",
        "kid": "KID：这一页用来衡量与莫奈画作的距离。",
    },
)

ARCHITECTURE: Final = ArchitectureTexts(
    title="原理",
    heading="它怎样作画",
    lead="为你的照片作画的，是一个小型神经网络。从来没有人给它看过成对的照片和画作，它见过的只是一堆照片和一堆画作。"
    "这一页讲它怎样学会作画，怎样工作，内部是什么样子。大约十分钟可以读完，所有的数字和画作都由这份代码实际运行得出。",
    contents="本页内容",
    unpaired=UNPAIRED,
    cycles=CYCLES,
    losses=LOSSES,
    norm=NORM,
    rounding=ROUNDING,
    passes=PASSES,
    generator=GENERATOR,
    inside=INSIDE,
    run=RUN,
    yourself=YOURSELF,
    references=REFERENCES,
)
